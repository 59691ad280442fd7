package io.github.dirtyrange.kernel;

/**
 * Names of the code of a process: of functions in its programs and libraries, and of what it has
 * compiled itself, if it says so somewhere. Nothing that it finds there makes it fail.
 *
 * <p>Not safe for use by several threads.
 */
public interface CodeNames {

  /** Knows no name. */
  CodeNames NONE =
      new CodeNames() {
        @Override
        public void look() {}

        @Override
        public CodePlace at(long address) {
          return new CodePlace(address, "", null);
        }
      };

  /** Looks at what is mapped now; once the memory has gone, what was seen last stands. */
  void look();

  /** {@return what is at an address, as of the last look} */
  CodePlace at(long address);
}
