/** Every word people see, by key and language. */
@NullMarked
package io.limelight.console.words;

import org.jspecify.annotations.NullMarked;
