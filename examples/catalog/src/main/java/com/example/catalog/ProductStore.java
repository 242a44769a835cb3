package com.example.catalog;

import java.util.List;

public interface ProductStore {
    List<Product> all();
}
