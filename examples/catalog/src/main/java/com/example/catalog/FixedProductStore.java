package com.example.catalog;

import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** What there is without a database. */
@Component
@Profile("!postgres")
class FixedProductStore implements ProductStore {
    @Override
    public List<Product> all() {
        return List.of(new Product("tea", 500), new Product("coffee", 800));
    }
}
