import { defineDevfile, docker } from 'devloop'

// The repository's own loop: `npm start` runs the example below examples/. Edit examples/hello/src/greeting.js,
// save, and look at http://localhost:8080 again.
export default defineDevfile({
  name: 'devloop-examples',
  images: {
    'devloop-examples/hello': docker({ context: 'examples/hello' }),
  },
  services: {
    hello: { manifests: ['examples/hello/k8s/*.yaml'], ports: ['8080:3000'] },
  },
})
