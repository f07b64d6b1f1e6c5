/** Certificate authorities kept in a folder of files, in Keylime's layout. */
@NullMarked
package io.limelight.core.ca;

import org.jspecify.annotations.NullMarked;
