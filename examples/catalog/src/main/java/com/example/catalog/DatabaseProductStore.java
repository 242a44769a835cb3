package com.example.catalog;

import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

@Component
@Profile("postgres")
class DatabaseProductStore implements ProductStore {
    private final JdbcClient database;

    DatabaseProductStore(JdbcClient database) {
        this.database = database;
    }

    @Override
    public List<Product> all() {
        return database.sql("select name, cents from product order by name").query(Product.class).list();
    }
}
