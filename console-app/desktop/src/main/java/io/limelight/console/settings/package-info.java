/** How the console looks and behaves, as a person wants it. */
@NullMarked
package io.limelight.console.settings;

import org.jspecify.annotations.NullMarked;
