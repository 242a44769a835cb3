import { custom, defineDevfile } from 'devloop'

export default defineDevfile({
  name: 'custom',
  images: {
    'devloop-examples/custom': custom({
      command: './build-image',
      inputs: ['build-image', 'notes', 'style.css'],
      // The script copies it as it is, so there is nothing to build.
      sync: [{ from: 'style.css', to: '/site/style.css' }],
    }),
  },
  services: {
    site: { manifests: 'k8s/*.yaml', ports: ['8085:http'] },
  },
})
