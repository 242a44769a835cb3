export const quote = 'Make it work, make it right, make it fast.'
