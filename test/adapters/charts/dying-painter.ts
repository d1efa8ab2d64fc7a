interface Order {
  readonly id: number;
  readonly drawing: { readonly panels: readonly { readonly title: string }[] };
}

/** Dies of drawings whose title says so, as of a fault in native code; answers others with their number. */
process.on('message', ({ id, drawing }: Order) => {
  if (drawing.panels[0]?.title === 'die') process.kill(process.pid, 'SIGSEGV');
  else process.send?.({ id, png: new Uint8Array([id]) });
});
