import { describe, expect, it } from 'vitest';
import { placeOf } from '../../widget/host/geometry.ts';

const room = (width: number, height: number, visible: object = {}, em = 16) => ({
  width,
  height,
  em,
  visible: { top: 0, left: 0, width, height, ...visible },
});

describe('where the panel stands', () => {
  it('stands above the launcher where there is room', () => {
    expect(placeOf(room(1440, 900))).toMatchObject({
      phone: false,
      alone: false,
      style: 'bottom:96px;height:640px',
    });
  });

  it('grows with the letters of its reader, as far as the window goes', () => {
    expect(placeOf(room(1440, 1000, {}, 20)).style).toBe('bottom:96px;height:800px');
    expect(placeOf(room(1440, 900, {}, 32))).toMatchObject({ alone: true, style: 'bottom:16px;height:868px' });
  });

  it('is never higher than the window less 32, and takes the room of the launcher', () => {
    expect(placeOf(room(1280, 600))).toMatchObject({ alone: true, style: 'bottom:16px;height:568px' });
  });

  it('is the screen below 480', () => {
    expect(placeOf(room(390, 844))).toMatchObject({ phone: true, style: 'top:0px;left:0px;width:390px;height:844px' });
    expect(placeOf(room(480, 844)).phone).toBe(false);
  });

  it('stays above a keyboard', () => {
    expect(placeOf(room(390, 844, { top: 40, height: 420 })).style).toBe('top:40px;left:0px;width:390px;height:420px');
    expect(placeOf(room(800, 1000, { height: 600 }))).toMatchObject({ alone: true, style: 'bottom:416px;height:568px' });
  });
});
