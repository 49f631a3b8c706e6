/** A mark beside a line of the text. */
export interface TextMark { line: number; message: string; severity: 'error' | 'warning' }
