/** The one JSON mapper of the wire: bounded, strict in syntax, tolerant of unknown keys. */
@NullMarked
package io.limelight.core.json;

import org.jspecify.annotations.NullMarked;
