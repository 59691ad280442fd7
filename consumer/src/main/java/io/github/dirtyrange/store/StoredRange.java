package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.UnreadReason;
import java.util.Optional;
import java.util.UUID;

/**
 * Neighbouring pages of one mapping, of one class.
 *
 * @param startVpn the first page
 * @param endVpn the page behind the last one
 * @param pageClass what they are
 * @param source of {@link PageClass#SAME}: the generation that stores the bytes
 * @param pageIndex of {@link PageClass#DATA} and {@link PageClass#SAME}: the first one's place
 *     among the pages that the generation, or the source, stores; the others follow. Else 0
 * @param reason of {@link PageClass#UNREAD}: why
 */
public record StoredRange(
    long startVpn,
    long endVpn,
    PageClass pageClass,
    Optional<UUID> source,
    long pageIndex,
    Optional<UnreadReason> reason) {}
