/** What needs attention, and how the fleet has fared. */
@NullMarked
package io.limelight.console.overview;

import org.jspecify.annotations.NullMarked;
