import { fileURLToPath, URL } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The desk's server, for `npm run dev`; the built page needs no such setting, its origin is the server.
const server = process.env.DESK_SERVER ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    // The page's CSP allows scripts and images from its own origin only: nothing becomes a data: URI.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      // Two pages: the desk, and the public window, which loads nothing of the desk's.
      input: ['index.html', 'window.html'],
      output: {
        codeSplitting: {
          groups: [
            // Only the pages that draw load these: whoever takes calls does not wait for them.
            { name: 'menu-editor', test: /node_modules\/(@vue-flow|@codemirror|@lezer|@marijn|@dagrejs|d3-[a-z]+|yaml|style-mod|crelt|w3c-keyname)\//, priority: 4 },
            { name: 'charts', test: /node_modules\/(echarts|zrender|tslib)\//, priority: 4 },
            { name: 'softphone', test: /\/(jssip|sdp-transform)\//, priority: 3 },
            { name: 'vue', test: /node_modules\/(@vue|vue)\//, priority: 6 },
            // What both use belongs to everybody; a group takes along what it imports unless that has a place.
            { name: 'vendor', test: /node_modules\/(@vueuse|element-plus|@element-plus|vue-router|lodash-es|dayjs|async-validator|@floating-ui|@popperjs)\//, priority: 5 },
            { name: 'vendor', test: /node_modules\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/live': { target: server, ws: true },
      '/sip': { target: server, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
})
