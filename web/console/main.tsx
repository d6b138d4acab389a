/* main.tsx - the operator application. */
export {};
