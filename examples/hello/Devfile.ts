import { defineDevfile, docker } from 'devloop'

export default defineDevfile({
  name: 'hello',
  images: {
    'devloop-examples/hello': docker({ context: '.' }),
  },
  services: {
    hello: { manifests: ['k8s/*.yaml'], ports: ['8080:3000'] },
  },
})
