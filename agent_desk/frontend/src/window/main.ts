/** The public's own entry: no log-in, nothing of the desk's code. */
import './window.css'

import { createApp } from 'vue'

import WindowApp from './WindowApp.vue'

createApp(WindowApp).mount('#app')
