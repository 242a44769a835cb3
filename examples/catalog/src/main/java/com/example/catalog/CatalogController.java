package com.example.catalog;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class CatalogController {
    private final ProductStore products;

    CatalogController(ProductStore products) {
        this.products = products;
    }

    @GetMapping("/products")
    List<String> products() {
        return products.all().stream().map(Product::label).toList();
    }
}
