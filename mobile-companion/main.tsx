import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { KeptApp } from './app/kept-app.ts';
import { PhoneApp } from './app/phone-app.tsx';
import './styles.css';

const kept = new KeptApp();
if (await kept.isNewerComing()) location.reload();
else open();

function open(): void {
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <PhoneApp kept={kept} />
    </StrictMode>,
  );
  void kept.start();
}
