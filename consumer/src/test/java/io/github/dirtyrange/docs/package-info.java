/** Holds the pages of docs/ to what they say. */
package io.github.dirtyrange.docs;
