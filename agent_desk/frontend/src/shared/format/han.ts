/** Han characters of a text; records must hold at least twenty (工单记录至少20个汉字以上). */
export const MIN_HAN = 20

export function countHan(text: string): number {
  return text.match(/\p{Script=Han}/gu)?.length ?? 0
}
