import { Link, type LinkProps } from '@remix-run/react';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';

/** `act`: the one main act of a page. `outline`: the others. `danger`: cannot be undone. `plain`: looks like a link. */
export type ButtonVariant = 'act' | 'outline' | 'danger' | 'plain';

const shape =
  'inline-flex min-h-(--target) cursor-pointer items-center justify-center gap-2 rounded-sm border-2 py-1.5 text-center leading-tight transition-colors';

const looks: Record<ButtonVariant, string> = {
  act: 'font-semibold forced-colors:bg-bg forced-colors:text-link border-act bg-act px-(--button-inset) text-act-text no-underline visited:text-act-text hover:border-act-hover hover:bg-act-hover',
  outline:
    'font-semibold border-act bg-bg px-(--button-inset) text-act no-underline visited:text-act hover:bg-surface hover:text-act-hover',
  danger:
    'font-semibold forced-colors:bg-bg forced-colors:text-link border-late bg-late px-(--button-inset) text-bg no-underline visited:text-bg hover:opacity-90',
  plain: 'border-transparent px-1 text-link underline underline-offset-[0.17em] hover:decoration-2',
};

interface Look {
  variant?: ButtonVariant;
  icon?: IconName;
  /** Where the icon stands. An arrow forward goes after the words. */
  iconSide?: 'start' | 'end';
  children: ReactNode;
}

function Inside({ icon, iconSide = 'start', children }: Look) {
  return (
    <>
      {icon && iconSide === 'start' && <Icon name={icon} />}
      <span>{children}</span>
      {icon && iconSide === 'end' && <Icon name={icon} />}
    </>
  );
}

/** Does something. Inside a form it sends the form unless `type` says otherwise. */
export function Button({
  variant = 'act',
  icon,
  iconSide,
  className,
  children,
  type = 'submit',
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type={type} className={classNames(shape, looks[variant], className)} {...rest}>
      <Inside icon={icon} iconSide={iconSide}>
        {children}
      </Inside>
    </button>
  );
}

/** Goes somewhere, and looks like a button. `reloadDocument` for downloads and files. */
export function ButtonLink({
  variant = 'act',
  icon,
  iconSide,
  className,
  children,
  ...rest
}: Look & Omit<LinkProps, 'children'>) {
  return (
    <Link className={classNames(shape, looks[variant], className)} {...rest}>
      <Inside icon={icon} iconSide={iconSide}>
        {children}
      </Inside>
    </Link>
  );
}
