import { useEffect, useRef } from 'react';
import type { Ticket } from './tickets.ts';

/** Two short notes for a ticket that was not there before; silent until the screen was touched once. */
export function useNewTicketSound(tickets: readonly Ticket[]): void {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    const now = new Set(tickets.flatMap(({ waiting }) => waiting as readonly string[]));
    const before = known.current;
    known.current = now;
    if (before && [...now].some((id) => !before.has(id))) playChime();
  }, [tickets]);
}

let audio: AudioContext | undefined;

function playChime(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state !== 'running') return void audio.resume();
    for (const [i, frequency] of [880, 1175].entries()) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + i * 0.16;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    }
  } catch {
    // A device without sound still shows the ticket.
  }
}
