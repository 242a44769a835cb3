package com.example.clock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.LocalTime;

public class Clock {
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("SERVER_PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", exchange -> answer(exchange, page()));
        server.createContext("/time", exchange -> answer(exchange, time().getBytes()));
        server.start();
    }

    private static String time() {
        return "It is " + LocalTime.now();
    }

    private static byte[] page() throws IOException {
        try (var page = Clock.class.getResourceAsStream("/static/index.html")) {
            return page.readAllBytes();
        }
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
