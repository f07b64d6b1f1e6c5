/** The CA room: folders of certificate authorities, what they issued, what is weak about them; and whose TPMs are trusted. */
@NullMarked
package io.limelight.console.ca;

import org.jspecify.annotations.NullMarked;
