import { defineDevfile, maven } from 'devloop'

export default defineDevfile({
  name: 'greeting',
  images: {
    // The default builder's images have no sh, which a compiled class needs to get into the running container.
    'devloop-examples/greeting': maven({
      args: ['-Dspring-boot.build-image.builder=paketobuildpacks/builder-jammy-base'],
    }),
  },
  services: { greeting: { ports: ['9002:http'] } },
})
