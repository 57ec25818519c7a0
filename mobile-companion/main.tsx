import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PhoneApp } from './app/phone-app.tsx';
import './styles.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <PhoneApp />
    </StrictMode>,
  );
}
