/** One way to the server: JSON over fetch, the CSRF token on every change, problems as errors with data. */

export interface Finding { field: string; message: string }

export interface ProblemBody {
  title?: string
  detail?: string
  findings?: Finding[]
  retry_after?: number
  by?: string
  at?: string
  change?: string
  report?: unknown
}

const TITLES: Record<number, string> = {
  0: '连不上服务器',
  401: '登录已失效，请重新登录',
  403: '没有权限做这件事',
  404: '找不到，可能已被移走',
  409: '已被他人处理',
  422: '填写的内容有误',
  429: '操作太频繁，请稍后再试',
  503: '服务暂时不可用，请稍后再试',
}

/** A refusal of the server (RFC 9457) or the lack of an answer (status 0); its message may be shown. */
export class Problem extends Error {
  constructor(readonly status: number, readonly body: ProblemBody) {
    const title = body.title ?? TITLES[status] ?? `服务器出错（${status}）`
    super(body.detail ? `${title}：${body.detail}` : title)
    this.name = 'Problem'
  }

  get findings(): Finding[] {
    return this.body.findings ?? []
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof Problem && error.status === 429 && error.body.retry_after)
    return `${error.message}（${error.body.retry_after} 秒后）`
  return error instanceof Error ? error.message : String(error)
}

export type Query = Record<string, string | number | boolean | null | undefined>

export interface Api {
  get: <T>(path: string, query?: Query) => Promise<T>
  post: <T>(path: string, body?: unknown) => Promise<T>
  put: <T>(path: string, body: unknown) => Promise<T>
  patch: <T>(path: string, body: unknown) => Promise<T>
  remove: <T>(path: string, body?: unknown) => Promise<T>
  /** A file's own bytes, not JSON. */
  upload: <T>(path: string, file: Blob) => Promise<T>
  /** The session's token; empty before log-in. */
  setCsrfToken: (token: string) => void
  onSignedOut: (listener: () => void) => void
}

export const API_BASE = '/api/v1'

export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('Content-Type') ?? ''
  const body = type.includes('json') ? ((await response.json()) as ProblemBody) : {}
  return new Problem(response.status, body)
}

export function createApi(fetcher: typeof fetch = (input, init) => fetch(input, init)): Api {
  let csrfToken = ''
  const signedOut: (() => void)[] = []

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (body instanceof Blob) headers['Content-Type'] = body.type || 'application/octet-stream'
    else if (body !== undefined) headers['Content-Type'] = 'application/json'
    if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken
    let response: Response
    try {
      response = await fetcher(API_BASE + path, {
        method,
        headers,
        credentials: 'same-origin',
        body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
      })
    } catch {
      throw new Problem(0, {})
    }
    if (!response.ok) {
      const problem = await problemOf(response)
      if (problem.status === 401 && path !== '/session') signedOut.forEach((tell) => { tell() })
      throw problem
    }
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  return {
    get: (path, query) => call('GET', withQuery(path, query)),
    post: (path, body = {}) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
    remove: (path, body) => call('DELETE', path, body),
    upload: (path, file) => call('POST', path, file),
    setCsrfToken: (token) => { csrfToken = token },
    onSignedOut: (listener) => { signedOut.push(listener) },
  }
}
