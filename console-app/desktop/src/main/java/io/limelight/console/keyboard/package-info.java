/** The dialog where keys are looked up, changed and printed. */
@NullMarked
package io.limelight.console.keyboard;

import org.jspecify.annotations.NullMarked;
