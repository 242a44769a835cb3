import { defineDevfile, jib } from 'devloop'

export default defineDevfile({
  name: 'clock',
  // Without Spring's devtools in the build, compiling in place of a new image has to be asked for.
  images: { 'devloop-examples/clock': jib({ live: true }) },
  services: { clock: { ports: ['9003:http'] } },
})
