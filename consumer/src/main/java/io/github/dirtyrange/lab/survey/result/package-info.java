/**
 * What a survey was to do and what came of it: values, and what is computed from them alone, such
 * as where a scan and a queue cost the same.
 */
@NullMarked
package io.github.dirtyrange.lab.survey.result;

import org.jspecify.annotations.NullMarked;
