import path from 'node:path'
import { defineDevfile } from 'devloop'
import { site } from './site.ts'

export default defineDevfile({
  name: 'own-builder',
  images: {
    'devloop-examples/own-builder': site(path.join(import.meta.dirname, 'pages')),
  },
  services: {
    web: { manifests: 'k8s/*.yaml', ports: ['8086:http'] },
  },
})
