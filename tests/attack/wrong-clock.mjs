/** Loaded before the server: a clock that leaps by years, forth and back, every few seconds. */
const now = Date.now.bind(Date);
const started = now();
const LEAPS_MS = [0, 3.2e11, -3.2e11, 8.6e7, 0];
Date.now = () => now() + LEAPS_MS[Math.floor((now() - started) / 3_000) % LEAPS_MS.length];
