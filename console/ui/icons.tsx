const PATHS = {
  terms: [
    'M8.2 3H15a2 2 0 0 1 2 2v6.800A5.2 5.2 0 0 1 11.8 17H5a2 2 0 0 1-2-2V8.200A5.2 5.2 0 0 1 8.2 3Z',
    'M7 8.600h6M7 11.400h6',
  ],
  agreed: [
    'M8.2 3H15a2 2 0 0 1 2 2v6.800A5.2 5.2 0 0 1 11.8 17H5a2 2 0 0 1-2-2V8.200A5.2 5.2 0 0 1 8.2 3Z',
    'm7 10.2 2.1 2.100L13 8.2',
  ],
  refused: ['M8.2 3H15a2 2 0 0 1 2 2v6.800A5.2 5.2 0 0 1 11.8 17H5a2 2 0 0 1-2-2V8.200A5.2 5.2 0 0 1 8.2 3Z', 'M7 10h6'],
  close: ['m5 5 10 10M15 5 5 15'],
  down: ['m5 7.5 5 5 5-5'],
  up: ['m5 12.5 5-5 5 5'],
  plus: ['M10 4v12M4 10h12'],
  back: ['M16 10H4m5-5-5 5 5 5'],
  check: ['m4.5 10.5 3.7 3.7 7.3-8'],
  checks: ['m1.8 10.5 3.5 3.5 6.7-7.500M9.5 13l1.2 1.2 7.3-8'],
  clock: ['M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z', 'M10 6v4.200l2.7 1.8'],
  wrong: ['M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z', 'M10 6.500v4.200M10 13.400v.1'],
  warn: ['M10 3.2 17.5 16h-15L10 3.200Z', 'M10 8.200v3.600M10 13.900v.1'],
  off: [
    'M3 3l14 14M6.3 11.600a5.3 5.3 0 0 1 2-1.200M3.7 8.600a9.3 9.3 0 0 1 2.7-1.700M9.5 6a9.3 9.3 0 0 1 6.8 2.600M8.6 14.200a2 2 0 0 1 2.8 0',
  ],
  inbox: ['M3 11.5 5 4.500h10l2 7V16H3v-4.500Z', 'M3 11.500h4c.4 1.5 1.5 2.3 3 2.300s2.6-.8 3-2.300h4'],
  register: [
    'M4.5 3h10a1 1 0 0 1 1 1v13h-10a1.5 1.5 0 0 1-1.5-1.500v-12',
    'M4 15.500A1.5 1.5 0 0 1 5.5 14h10M7.5 7h5M7.5 9.800h5',
  ],
  search: ['M14 9a5 5 0 1 1-10 0 5 5 0 0 1 10 0Z', 'm12.8 12.800 3.700 3.700'],
  get: ['M10 3.500v9m-4-3.800 4 4 4-4M4 16.500h12'],
  trash: ['M4 6h12M8 6V4h4v2M6 6l.7 10.500h6.600L14 6M8.800 9v4.500M11.200 9v4.500'],
  eye: [
    'M2.5 10S5.2 4.8 10 4.8 17.5 10 17.5 10 14.8 15.2 10 15.2 2.5 10 2.5 10Z',
    'M12.3 10a2.3 2.3 0 1 1-4.6 0 2.300 2.300 0 0 1 4.600 0Z',
  ],
  pen: ['M4 16l.8-3.600L13 4.200l2.8 2.800L7.6 15.200 4 16Z'],
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing that stands beside words; what it means is always said in them. */
export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg class={small ? 'i s' : 'i'} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {PATHS[name].map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}

/** The mark: two speech bubbles in one, with two equal lines. */
export function Mark() {
  return (
    <svg class="i" viewBox="0 0 28 28" aria-hidden="true" focusable="false">
      <path d="M11.5 4H21a3 3 0 0 1 3 3v9.500a7.5 7.5 0 0 1-7.5 7.500H7a3 3 0 0 1-3-3v-9.500A7.5 7.5 0 0 1 11.5 4Z" />
      <path d="M9.750 11.900h8.500M9.750 16.100h8.5" />
    </svg>
  );
}
