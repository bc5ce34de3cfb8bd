/* Unpacks data compressed with zlib (RFC 1950 and 1951) at once: DecompressionStream of the browser would be too late for a
   page that is printed or captured as soon as it is loaded. */
const inflate = (() => {
  const LENGTH = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const DISTANCE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
    6145, 8193, 12289, 16385, 24577];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const lengthBits = (code) => (code < 8 || code === 28 ? 0 : (code >> 2) - 1);
  const distanceBits = (code) => (code < 4 ? 0 : (code >> 1) - 1);

  /* The number of codes of each length, and the symbols in the order of their codes. */
  function huffman(lengths) {
    const counts = new Array(16).fill(0), offsets = new Array(16).fill(0), symbols = [];
    for (const length of lengths) counts[length] += 1;
    counts[0] = 0;
    for (let length = 1; length < 15; length++) offsets[length + 1] = offsets[length] + counts[length];
    lengths.forEach((length, symbol) => length && (symbols[offsets[length]++] = symbol));
    return { counts, symbols };
  }

  const fixed = [
    huffman([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]),
    huffman(Array(30).fill(5)),
  ];

  return (bytes) => {
    const out = [];
    let at = 2, bit = 0; // after the header of zlib

    function bits(count) {
      let value = 0;
      for (let index = 0; index < count; index++) {
        value |= ((bytes[at] >> bit) & 1) << index;
        if (++bit === 8) [bit, at] = [0, at + 1];
      }
      return value;
    }

    function symbol({ counts, symbols }) {
      let code = 0, first = 0, index = 0;
      for (let length = 1; length < 16; length++) {
        code |= bits(1);
        if (code - counts[length] < first) return symbols[index + code - first];
        index += counts[length];
        first = (first + counts[length]) << 1;
        code <<= 1;
      }
      throw new Error("the packed data are damaged");
    }

    function trees() {
      const literals = bits(5) + 257, distances = bits(5) + 1, count = bits(4) + 4, lengths = new Array(19).fill(0);
      for (let index = 0; index < count; index++) lengths[ORDER[index]] = bits(3);
      const tree = huffman(lengths), found = [];
      while (found.length < literals + distances) {
        const next = symbol(tree);
        if (next < 16) found.push(next);
        else if (next === 16) found.push(...Array(bits(2) + 3).fill(found.at(-1)));
        else found.push(...Array(next === 17 ? bits(3) + 3 : bits(7) + 11).fill(0));
      }
      return [huffman(found.slice(0, literals)), huffman(found.slice(literals))];
    }

    function stored() {
      if (bit) [bit, at] = [0, at + 1];
      const length = bytes[at] | (bytes[at + 1] << 8);
      for (const byte of bytes.subarray(at + 4, at + 4 + length)) out.push(byte);
      at += 4 + length;
    }

    function block([literals, distances]) {
      for (let next = symbol(literals); next !== 256; next = symbol(literals)) {
        if (next < 256) out.push(next);
        else {
          const length = LENGTH[next - 257] + bits(lengthBits(next - 257)), code = symbol(distances);
          const from = out.length - DISTANCE[code] - bits(distanceBits(code));
          for (let index = 0; index < length; index++) out.push(out[from + index]);
        }
      }
    }

    for (let last = 0; !last; ) {
      last = bits(1);
      const kind = bits(2);
      if (kind === 0) stored();
      else block(kind === 1 ? fixed : trees());
    }
    return Uint8Array.from(out);
  };
})();
