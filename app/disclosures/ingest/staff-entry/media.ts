/** How something left the facility. Alone in its file: the form reads it in the browser. */
export const entryMedia = ['paper', 'disc', 'usb', 'email', 'fax', 'phone', 'inPerson', 'other'] as const;
