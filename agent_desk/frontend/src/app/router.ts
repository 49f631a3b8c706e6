/** The addresses of the desk, who may go there, and where each kind of person begins. */
import { createRouter, createWebHistory } from 'vue-router'
import type { RouteRecordRaw, Router } from 'vue-router'

import { messageOf } from '@/shared/api/http'
import type { Session } from '@/shared/session/session'
import { tellFailure } from '@/shared/ui/toast'

import { homeOf } from './places'

const routes: RouteRecordRaw[] = [
  { path: '/login', component: () => import('@/pages/login/LoginPage.vue'), meta: { open: true, bare: true, title: '登录' } },
  { path: '/password', component: () => import('@/pages/login/PasswordPage.vue'), meta: { bare: true, title: '修改密码' } },
  { path: '/test-phone', component: () => import('@/pages/test-phone/TestPhonePage.vue'), meta: { open: true, bare: true, title: '公众试拨电话' } },
  { path: '/desk', component: () => import('@/pages/desk/DeskPage.vue'), meta: { title: '座席台' } },
  { path: '/todo', component: () => import('@/pages/todo/TodoPage.vue'), meta: { title: '我的待办' } },
  { path: '/orders', component: () => import('@/pages/orders/OrdersPage.vue'), meta: { title: '工单' } },
  { path: '/orders/:orderNo', component: () => import('@/pages/orders/OrderPage.vue'), props: true, meta: { title: '工单详情' } },
  { path: '/calls', component: () => import('@/pages/calls/CallsPage.vue'), meta: { title: '通话' } },
  { path: '/calls/:callKey', component: () => import('@/pages/calls/CallPage.vue'), props: true, meta: { title: '通话详情' } },
  { path: '/recordings', component: () => import('@/pages/recordings/RecordingsPage.vue'), meta: { title: '录音' } },
  { path: '/notices', component: () => import('@/pages/notices/NoticesPage.vue'), meta: { title: '通知' } },
  { path: '/wall', component: () => import('@/pages/wall/WallPage.vue'), meta: { title: '席位看板' } },
  { path: '/information', component: () => import('@/pages/information/InformationPage.vue'), meta: { title: '路况与公告' } },
  { path: '/menu', component: () => import('@/pages/menu/MenuPage.vue'), meta: { title: '语音菜单' } },
  { path: '/quality', component: () => import('@/pages/quality/QualityPage.vue'), meta: { title: '质检' } },
  { path: '/quality/spot-checks/:id(\\d+)', component: () => import('@/pages/quality/SpotCheckPage.vue'), props: true, meta: { title: '抽检' } },
  { path: '/admin', component: () => import('@/pages/admin/AdminPage.vue'), meta: { title: '管理' } },
  { path: '/admin/imports/:id(\\d+)', component: () => import('@/pages/admin/ImportPage.vue'), props: true, meta: { title: '导入' } },
  { path: '/admin/catalogues/:name', component: () => import('@/pages/admin/CataloguePage.vue'), props: true, meta: { title: '目录' } },
  { path: '/limits', component: () => import('@/pages/limits/LimitsPage.vue'), meta: { title: '办理时限' } },
  { path: '/prompts', component: () => import('@/pages/prompts/PromptsPage.vue'), meta: { title: '提示音' } },
  { path: '/users', component: () => import('@/pages/users/UsersPage.vue'), meta: { title: '用户' } },
  { path: '/audit', component: () => import('@/pages/audit/AuditPage.vue'), meta: { title: '审计' } },
  // Never shown: whoever comes here is sent on, to log in or to the own first place.
  { path: '/', component: () => import('@/pages/login/NotFoundPage.vue'), meta: { bare: true } },
  { path: '/:rest(.*)*', component: () => import('@/pages/login/NotFoundPage.vue'), meta: { open: true, bare: true, title: '找不到页面' } },
]

export function createAppRouter(session: Session): Router {
  const router = createRouter({ history: createWebHistory(), routes })
  let asked = false

  router.beforeEach(async (to) => {
    if (!asked && to.path !== '/test-phone') {
      try {
        await session.restore()
        asked = true
      } catch (failure) {
        tellFailure(failure)
      }
    }
    const me = session.me.value
    if (me?.must_change_password && !to.meta.open && to.path !== '/password') return '/password'
    if (me && (to.path === '/login' || to.path === '/')) return homeOf(session)
    if (to.meta.open || me) return true
    return { path: '/login', query: to.path === '/' ? {} : { to: to.fullPath } }
  })
  router.afterEach((to) => {
    document.title = `${String(to.meta.title ?? '')} · 12328 热线`
  })
  router.onError((failure) => { tellFailure(`页面打不开：${messageOf(failure)}`) })
  return router
}
