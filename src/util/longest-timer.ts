/** What a timer of Node.js can wait at most; one that is to wait longer ends at once. */
export const longestTimerMs = 2 ** 31 - 1
