package com.example.catalog;

/** @param cents the price */
public record Product(String name, long cents) {
    public String label() {
        return name + " for " + cents / 100 + " coins";
    }
}
