package io.github.dirtyrange.saved;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Something that is wrong with saved memory.
 *
 * @param kind what
 * @param number of the generation; nothing where it is of none
 * @param id of the generation, as far as it could be read
 * @param mapping name of the mapping; empty where it is of none
 * @param vpn the first page that it is about
 * @param sentence the same for people, in one line
 */
public record SavedFault(
    Kind kind,
    OptionalLong number,
    Optional<UUID> id,
    String mapping,
    OptionalLong vpn,
    String sentence) {

  /** Kinds of faults. */
  public enum Kind {
    /** Nothing is saved there, or its marker is damaged. */
    NO_STORE,
    /** It was written by a newer program. */
    VERSION,
    /** Others may write it or read it, or it belongs to somebody else. */
    PERMISSIONS,
    /** An index is missing, cut, damaged, or says what no writer writes. */
    INDEX,
    /** Mappings or ranges overlap, leave a gap, or are out of order. */
    ORDER,
    /** Two generations have one number or one id. */
    DUPLICATE,
    /** A file of pages is missing, or not as long as the index says. */
    PAGES,
    /** A page is not what was written. */
    CHECKSUM,
    /** A page is unchanged since the parent, and the parent does not have it. */
    HOLE_IN_PARENT,
    /** The parent is missing. */
    NO_PARENT,
    /** The parent is not the one that the changes were counted from. */
    WRONG_PARENT,
    /** A page equals one that is not there. */
    SAME_NOWHERE,
    /** A file could not be read or written, or somebody else is writing. */
    DISK,
    /** Nothing is mapped there; not damage, but a question that has no answer. */
    NOT_MAPPED
  }

  /** {@return a fault of all of it} */
  public static SavedFault of(Kind kind, String sentence) {
    return new SavedFault(
        kind, OptionalLong.empty(), Optional.empty(), "", OptionalLong.empty(), sentence);
  }
}
