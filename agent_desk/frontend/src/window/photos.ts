/** A photo is made small on the telephone before it is sent: it saves the caller's data, and where it was taken stays there. */
import { kept } from './kept'

export const MOST = 5
export const ACCEPTED = 'image/jpeg,image/png,image/webp'
const LONGEST = 2048
const THUMB = 160
const QUALITY = 0.85

export interface Shot { small: Blob; thumb: string }
export type Thumbs = Record<string, string>

function painted(image: ImageBitmap, longest: number): HTMLCanvasElement {
  const scale = Math.min(1, longest / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const pen = canvas.getContext('2d')
  if (pen) {
    pen.fillStyle = '#fff'
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  }
  return canvas
}

/** What this browser cannot open goes as it is: the server says whether it is a photo. */
export async function shot(file: File): Promise<Shot> {
  let image: ImageBitmap
  try {
    image = await createImageBitmap(file)
  } catch {
    return { small: file, thumb: '' }
  }
  const small = await new Promise<Blob | null>((done) => { painted(image, LONGEST).toBlob(done, 'image/jpeg', QUALITY) })
  const thumb = painted(image, THUMB).toDataURL('image/jpeg', 0.7)
  image.close()
  return { small: small ?? file, thumb }
}

/** Thumbnails of what was sent, by the server's token; a reload shows them again. */
export function thumbsOf(name: string): ReturnType<typeof kept<Thumbs>> {
  return kept<Thumbs>(`thumbs.${name}`)
}

export function forgetThumbs(name: string): void {
  thumbsOf(name).forget()
}
