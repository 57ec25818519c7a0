import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { clsx } from 'clsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'danger';
  /** 48 px for a hand, 64 px for a wet glove. */
  readonly size?: 'hand' | 'kitchen';
  readonly wide?: boolean;
  readonly children: ReactNode;
}

const looks = {
  primary: 'bg-accent text-accent-ink hover:brightness-110 active:brightness-95 shadow-raised',
  secondary: 'bg-surface text-ink border border-line hover:bg-sunken',
  quiet: 'bg-transparent text-ink hover:bg-sunken',
  danger: 'bg-late-wash text-late hover:brightness-95',
};

const sizes = {
  hand: 'min-h-12 min-w-12 px-4 text-base rounded-xl',
  kitchen: 'min-h-16 min-w-16 px-6 text-2xl rounded-2xl',
};

export function Button({
  look = 'secondary',
  size = 'hand',
  wide = false,
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={clsx(
        'inline-flex items-center justify-center gap-2 font-semibold transition duration-100',
        'disabled:opacity-45 disabled:shadow-none [&>svg]:shrink-0',
        looks[look],
        sizes[size],
        wide && 'w-full',
        className,
      )}
    />
  );
}
