/** The composition root: makes the few long-lived objects and hands them to the components. */
import 'element-plus/dist/index.css'
import './style.css'

import { createApp } from 'vue'

import { createApi } from '@/shared/api/http'
import { createCatalogueStore } from '@/shared/catalogue/catalogue'
import { apiKey, catalogueKey, liveKey, sessionKey, shortcutsKey, softphoneKey } from '@/shared/keys'
import { createLive } from '@/shared/live/live'
import { createSession } from '@/shared/session/session'
import { createRinger } from '@/shared/softphone/ringer'
import { aloneByLock, createSoftphone } from '@/shared/softphone/softphone'
import { createShortcutRegister } from '@/shared/ui/shortcuts'

import App from './App.vue'
import { createAppRouter } from './router'

const api = createApi()
const session = createSession(api)
const live = createLive()
const shortcuts = createShortcutRegister()
const remoteVoice = new Audio()
remoteVoice.autoplay = true

const softphone = createSoftphone({
  playRemote: (stream) => { remoteVoice.srcObject = stream },
  ring: createRinger(),
  alone: aloneByLock('softphone'),
})

window.addEventListener('keydown', shortcuts.handle)
window.addEventListener('online', () => { live.socket.retryNow() })
window.addEventListener('beforeunload', (event) => {
  // Closing the page ends the talk's sound; the browser asks first.
  if (softphone.busy.value) event.preventDefault()
})

createApp(App)
  .provide(apiKey, api)
  .provide(catalogueKey, createCatalogueStore(api))
  .provide(sessionKey, session)
  .provide(liveKey, live)
  .provide(softphoneKey, softphone)
  .provide(shortcutsKey, shortcuts)
  .use(createAppRouter(session))
  .mount('#app')
