export const greeting = 'Hello from devloop!'
