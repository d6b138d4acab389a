/* display.ts */
declare const WORDS: Record<string, Record<string, string>>;
console.log(WORDS);
