/** Worked out once for each object, and kept for as long as that object is: what is given must not change. */
export function onceFor<Key extends object, Value extends object | string>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const known = made.get(key) ?? make(key);
    made.set(key, known);
    return known;
  };
}
