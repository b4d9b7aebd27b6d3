/** Two soft tones: a picture is done. Silent where the browser does not let a page sound yet. */
const TONES = [
  { hertz: 660, atS: 0 },
  { hertz: 880, atS: 0.12 },
];
const LENGTH_S = 0.22;
const LOUDNESS = 0.08;

export function playDone(): void {
  const audio = new AudioContext();
  for (const { hertz, atS } of TONES) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + atS;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + LENGTH_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + LENGTH_S);
  }
  setTimeout(() => void audio.close(), 1_000);
}
