export const orders = [
  { id: 1, item: 'coffee', count: 2 },
  { id: 2, item: 'cake', count: 1 },
]
